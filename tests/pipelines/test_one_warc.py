"""One WARC made and renewed: what no new template may touch is not read again, unless somebody else wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.layout import articles_key, dropped_key, warc_key
from pipelines.article import STORED_LABELS
from pipelines.one_warc import DERIVED, RESUMED, OneWarc, Shelf
from pipelines.process import article_warcs
from pipelines.template import host_of, line_key, template_of
from pipelines.unchanged import NewTemplates
from tests.clusterstores import FOOTER, STANDING, standing_page
from tests.pipelines import archived

if TYPE_CHECKING:
    from pathlib import Path

HOST = host_of(STANDING)
NEWS = NewTemplates({HOST: (template_of(3, [line_key(FOOTER)]),)})


def test_what_no_template_touches_is_not_read_again(tmp_path: Path) -> None:
    """A page that the template touches and three others: behind the first the WARC may be anything by now."""
    stored = archived.write(tmp_path, [standing_page(3, end=FOOTER), *map(standing_page, range(3))])
    blobs = LocalBlobs(tmp_path)
    (stem,) = article_warcs(blobs)
    one = OneWarc(blobs, Shelf(blobs, tmp_path), tmp_path, rules={}, read_with={}, keep=STORED_LABELS, processes=1)
    try:
        first = one.make(stem, "0001")
        again = one.make(stem, "0001")
        lines = (tmp_path / articles_key(stem, "0001")).read_bytes()

        assert first.made is not None
        assert (first.state, first.made.pages, [page.host for page in first.shown]) == (DERIVED, 4, [HOST] * 4)
        assert all(line_key(FOOTER) in page.keys for page in first.shown)
        assert (again.state, again.made, again.shown) == (RESUMED, None, ())

        # A job of a process that is dead by now, whose rules were others, may end after the WARC was made.
        (tmp_path / articles_key(stem, "0001")).write_bytes(lines.replace(b"Tokyo", b"Kyoto"))
        anew = one.renew(stem, "0002", current="0001", made=first.made, news=NEWS)
        assert (anew.pages, anew.changes.changed) == (4, 4)
        assert (tmp_path / articles_key(stem, "0002")).read_bytes() == lines

        (tmp_path / articles_key(stem, "0001")).write_bytes(lines)
        path = tmp_path / warc_key(stem)
        data = bytearray(path.read_bytes())
        for place in [one.location for one in stored[1:]]:
            data[place.offset + 30 : place.offset + place.length] = bytes(place.length - 30)
        path.write_bytes(data)
        renewed = one.renew(stem, "0003", current="0001", made=first.made, news=NEWS)
        resumed = one.renew(stem, "0003", current="0001", made=first.made, news=NEWS)
    finally:
        one.close()
    assert (renewed.state, renewed.pages, renewed.kinds) == (DERIVED, 4, {"article": 4})
    assert (resumed.state, resumed.pages) == (RESUMED, 0)
    for key_of in (articles_key, dropped_key):
        assert (tmp_path / key_of(stem, "0003")).read_bytes() == (tmp_path / key_of(stem, "0001")).read_bytes()
