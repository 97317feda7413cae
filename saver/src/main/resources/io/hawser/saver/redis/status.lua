-- KEYS: 4 tombstones. ARGV: 2 seq.
-- Returns OK, head, the tombstone's reason (0: none), 1 if the message is there, its expiry, its target, the log's floor,
-- then name, acknowledged seq and beginning by mailbox.
local id = id_of(tonumber(ARGV[2]))
local entry = redis.call('XRANGE', KEYS[3], id, id)[1]
local reason = tonumber(redis.call('HGET', KEYS[4], ARGV[2]) or 0)
local expiry, target = entry and tonumber(entry[2][2]) or 0, entry and entry[2][8] or ''
local reply = {OK, head, reason, entry and 1 or 0, expiry, target, state[FLOOR]}
for i = MAILBOXES, #state, FIELDS do
  reply[#reply + 1] = state[i]
  reply[#reply + 1] = state[i + 1]
  reply[#reply + 1] = state[i + 3]
end
return reply
