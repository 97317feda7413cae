-- Returns OK, head, newest seq addressed to all, floor, then name, acknowledged seq, newest own seq, beginning and when it was last seen by mailbox.
local reply = {OK, head, state[LAST_ALL], state[FLOOR]}
for i = MAILBOXES, #state do reply[#reply + 1] = state[i] end
return reply
