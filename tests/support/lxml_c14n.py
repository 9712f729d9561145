"""Canonical forms by libxml2: a JSON list of documents on stdin, a JSON list of what came out of each on stdout, in the
order of the methods; null where lxml does not read the document, or not canonicalise it."""
import json, sys
from lxml import etree

PREFIXES = ['p', 'none']
METHODS = [dict(exclusive=exclusive, with_comments=comments, inclusive_ns_prefixes=prefixes)
           for exclusive, prefixes in [(False, None), (True, None), (True, PREFIXES)]
           for comments in [False, True]]


def forms(text):
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        tree = etree.fromstring(text.encode(), parser).getroottree()
        return [etree.tostring(tree, method='c14n', **method).decode() for method in METHODS]
    except etree.LxmlError:
        return None


json.dump([forms(text) for text in json.load(sys.stdin)], sys.stdout)
