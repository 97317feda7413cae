-- Goes between the prelude and the scripts that let go of messages.
-- KEYS: 4 tombstones, 5 collapse keys.
local function trim(before)
  local least = settled()
  if least <= before then return least end
  if least >= head then
    redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
    return least
  end
  redis.call('XTRIM', KEYS[3], 'MINID', id_of(least + 1))
  for _, seq in ipairs(redis.call('HKEYS', KEYS[4])) do
    if tonumber(seq) <= least then redis.call('HDEL', KEYS[4], seq) end
  end
  local keys = redis.call('HGETALL', KEYS[5])
  for i = 1, #keys, 2 do
    if tonumber(keys[i + 1]) <= least then redis.call('HDEL', KEYS[5], keys[i]) end
  end
  return least
end
-- Saves what frees memory, or takes no more than before, in a Redis at its memory limit too: that one refuses a SET, but
-- as a script's first write only.
local function save_at_limit(written)
  if not written then redis.call('HDEL', KEYS[4], '') end
  save()
end
