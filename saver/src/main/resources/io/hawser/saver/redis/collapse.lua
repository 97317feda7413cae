-- Goes between the prelude and the scripts that let go of messages: a message's collapse key is forgotten with it, so that
-- there are no more keys than messages. A newer one may have the key by now, and keeps it.
local function forget_key(keys, entry)
  local key = entry[2][10]
  if not key or key == '' then return end
  local field = entry[2][8] .. '\0' .. key
  if tonumber(redis.call('HGET', keys, field) or 0) == seq_of(entry[1]) then redis.call('HDEL', keys, field) end
end
