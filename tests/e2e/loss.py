def group(r,s,w): pass
def alerts(r,s,w): pass
