"""Everything that the program remembers.

`database` is the seam, `sqlite` and `driver` what stands behind it, `migrating` and `backup` what
is done to the file as a whole, `codec` how a value becomes text. `articles`, `stories`, `search`,
`selection`, `files`, `subscriptions`, `runs`, `deliveries`, `outbox`, `appearances` and `facts`
take the transaction as their first argument, so that a flow composes several of them in one.
"""
