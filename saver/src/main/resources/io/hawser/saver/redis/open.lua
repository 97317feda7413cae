-- ARGV: 2 mailbox, 3 most mailboxes.
-- Returns OK, 1 if it is new, its acknowledged seq, the head.
local name = ARGV[2]
if acks[name] then return {OK, 0, acks[name], head} end
if #names >= tonumber(ARGV[3]) then return {LIMIT} end
local begin = #names == 0 and floor or head
redis.call('HSET', KEYS[2], 'a:' .. name, begin, 's:' .. name, begin)
return {OK, 1, begin, head}
