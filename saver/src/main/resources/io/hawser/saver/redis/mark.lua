-- Names a slot's generation. KEYS: 1 the marker. ARGV: 1 the generation.
-- One that was overtaken does not turn it back.
local OK, STALE = 0, 1
local present = redis.call('GET', KEYS[1])
if present and tonumber(present) > tonumber(ARGV[1]) then return {STALE} end
-- A Redis at its memory limit refuses a SET, but as a script's first write only: this one takes no more than was there.
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1])
return {OK}
