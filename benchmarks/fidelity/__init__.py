"""What Kakehashi, warcprox, wget and scrapy-webarchive keep of one awkward server's answers, side by side."""
