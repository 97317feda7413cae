-- KEYS: 4 tombstones, 5 collapse keys.
-- Returns OK, the head, which stays: no number is given twice; 1 if there was anything.
local there = #state >= MAILBOXES or redis.call('EXISTS', KEYS[3], KEYS[4], KEYS[5]) > 0
redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
state = {state[1], head, state[LAST_ALL], head, 0, 0}
save()
return {OK, head, there and 1 or 0}
