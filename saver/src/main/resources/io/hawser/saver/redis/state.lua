-- ARGV: 2 how long the log stays where all is acknowledged, in ms (0: as any other). Whoever asks tells MySQL at once what it
-- is told here.
-- Returns OK, head, newest seq addressed to all, floor, then name, acknowledged seq, newest own seq, beginning and when it was last seen by mailbox.
if settled() >= head then
  -- A Redis that cannot write refuses that, and is read all the same.
  redis.pcall('PEXPIRE', KEYS[2], ARGV[2] == '0' and LIFETIME or ARGV[2])
end
local reply = {OK, head, state[LAST_ALL], state[FLOOR]}
for i = MAILBOXES, #state do reply[#reply + 1] = state[i] end
return reply
