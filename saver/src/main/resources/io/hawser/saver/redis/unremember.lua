-- KEYS: from 4 on, requests' records. ARGV: 2 a seq.
-- Forgets those whose messages are numbered up to it. Returns OK.
for i = 4, #KEYS do
  local packed = redis.call('GET', KEYS[i])
  if packed and cmsgpack.unpack(packed)[3] <= tonumber(ARGV[2]) then redis.call('DEL', KEYS[i]) end
end
return {OK}
