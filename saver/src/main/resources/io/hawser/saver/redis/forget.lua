-- ARGV: 2 mailbox.
-- Returns OK, 1 if it was there, the log's floor.
local at = find(ARGV[2])
if not at then return {OK, 0, state[FLOOR]} end
local before = settled()
for _ = 1, FIELDS do table.remove(state, at) end
if #state < MAILBOXES then
  -- Nobody is left to read: the next mailbox begins with what comes from here on.
  state[FLOOR] = head
end
save_at_limit(trim(before) > before)
return {OK, 1, state[FLOOR]}
