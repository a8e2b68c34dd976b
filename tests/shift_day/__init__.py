"""A whole shift of a generated day, played as raw bytes into the real program.

`crowd` makes the people who come and what they ask, by a seed; `hands` types and scans; `clerk`,
`interrupted` and `serving` are what somebody at the desk does; `shift` goes through the day; `book`
is the script's own idea of what must stand in the store at the end.
"""
