-- ARGV: 2 mailbox, 3 seq, 4 now in ms.
-- Returns OK, what now counts as acknowledged, what every mailbox acknowledged, the head.
local at = find(ARGV[2])
if not at then return {ABSENT} end
local before = settled()
local seq = math.min(tonumber(ARGV[3]), head)
if seq <= state[at + 1] then return {OK, state[at + 1], before, head} end
-- From here on it may have acknowledged what is for it alone, and others have not passed yet.
if state[at + 2] > state[at + 1] and looked_up_to() > state[at + 1] then state[FREED][4] = state[at + 1] end
state[at + 1], state[at + 4] = seq, tonumber(ARGV[4])
local least = trim(before)
save_at_limit(least > before)
return {OK, seq, least, head}
