-- KEYS: 4 tombstones, 5 collapse keys. ARGV: 2 seq, 3 reason, 4 now in ms.
-- Returns OK, 1 if a mailbox still had it unacknowledged (or none exists yet), 2 if it was removed for this reason before.
local seq = tonumber(ARGV[2])
local id = id_of(seq)
local entry = redis.call('XRANGE', KEYS[3], id, id)[1]
if not entry then return {OK, redis.call('HGET', KEYS[4], ARGV[2]) == ARGV[3] and 2 or 0} end
if tonumber(entry[2][2]) <= tonumber(ARGV[4]) then return {OK, 0} end
local target = entry[2][8]
local at = target and target ~= '' and find(target)
if at and state[at + 1] >= seq then return {OK, 0} end
take_out(entry, ARGV[3], KEYS[4], KEYS[5])
return {OK, 1}
