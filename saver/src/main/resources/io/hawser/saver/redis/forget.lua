-- ARGV: 2 mailbox, 3 only if it was last seen by then, in ms ('': whenever that was).
-- Returns OK, 1 if it was there, the log's floor.
local at, absent_since = find(ARGV[2]), tonumber(ARGV[3])
if not at or (absent_since and state[at + 4] > absent_since) then return {OK, 0, state[FLOOR]} end
local before, acknowledged = settled(), state[at + 1]
remove(at)
if #state < MAILBOXES then
  -- Nobody is left to read: the next mailbox begins with what comes from here on, or, where its owner did not say so, with
  -- what waited for the one that is gone.
  state[FLOOR] = absent_since and acknowledged or head
end
save_at_limit(trim(before) > before)
return {OK, 1, state[FLOOR]}
