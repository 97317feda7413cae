-- Goes between the prelude and the scripts that let go of messages.
-- KEYS: 4 tombstones, 5 collapse keys.
local function trim(before)
  local least = settled()
  if least <= before then return least end
  if least >= head then
    redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
    return least
  end
  -- Each message is looked at once in its life, as it goes: that costs less than to look at all keys each time.
  local PAGE, from = 64, redis.call('EXISTS', KEYS[5]) == 1 and '-'
  while from do
    local page = redis.call('XRANGE', KEYS[3], from, id_of(least), 'COUNT', PAGE)
    for _, entry in ipairs(page) do forget_key(KEYS[5], entry) end
    from = #page == PAGE and id_of(seq_of(page[PAGE][1]) + 1)
  end
  redis.call('XTRIM', KEYS[3], 'MINID', id_of(least + 1))
  for _, seq in ipairs(redis.call('HKEYS', KEYS[4])) do
    if tonumber(seq) <= least then redis.call('HDEL', KEYS[4], seq) end
  end
  return least
end
-- Saves what frees memory, or takes no more than before, in a Redis at its memory limit too: that one refuses a SET, but
-- as a script's first write only.
local function save_at_limit(written)
  if not written then redis.call('HDEL', KEYS[4], '') end
  save()
end
