"""Controllers of waste incineration lines: usual control, screening, SAC and LANTERN, judged alike.

All of them move the set-points of the plant's usual control within bounds, so that each is safe to start with
and "no change" is the usual control itself. They differ in what they learn from: nothing, a surrogate, the
site's own plant, or what was learned at other sites.
"""
