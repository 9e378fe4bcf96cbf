"""The archive room: WARC, CDXJ and the stores that hold them. Of use on its own to whoever has WARCs."""
