-- Goes between the prelude and the scripts that take messages out: remembers why one is gone: by a reason, perhaps with more
-- behind it (room.lua). Of a log whose reader stays
-- away only the newest: the oldest go some at a time, for all have to be looked at.
local MOST_TOMBSTONES, SPARE = 1000, 250
local function bury(key, seq, reason)
  redis.call('HSET', key, seq, reason)
  redis.call('PEXPIRE', key, NOTES_LIFETIME)
  if redis.call('HLEN', key) > MOST_TOMBSTONES + SPARE then
    local seqs = redis.call('HKEYS', key)
    for i = 1, #seqs do seqs[i] = tonumber(seqs[i]) end
    table.sort(seqs)
    for i = 1, #seqs - MOST_TOMBSTONES do redis.call('HDEL', key, seqs[i]) end
  end
end
-- Takes a message out.
local function take_out(entry, reason, tombstones, keys)
  redis.call('XDEL', KEYS[3], entry[1])
  bury(tombstones, seq_of(entry[1]), reason)
  forget_key(keys, entry)
end
