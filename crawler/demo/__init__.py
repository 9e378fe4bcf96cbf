"""Invented news sites for trying out and testing the crawler; nothing in production imports them but `demo`.

Public are, from `server`, DemoSites, Served and DemoPortTaken; from `render`, pages; and from `content`, load_sites,
DemoSite, DemoArticle and DemoContentError. Everything else is theirs.
"""
