"""Everything that the program remembers.

`database` is the seam, `sqlite` what stands behind it; `articles`, `stories`, `selection`,
`search`, `files`, `subscriptions`, `runs` and `facts` take the transaction as their first argument,
so that a flow composes several of them in one.
"""
