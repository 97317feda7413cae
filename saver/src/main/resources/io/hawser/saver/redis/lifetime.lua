-- In ms. A log that nothing is appended to leaves Redis: MySQL has it, and it is put back when it is touched. Its state
-- goes first, for without the state the log is unknown, but without its messages it would be wrong; so only who gives the
-- messages a new lifetime gives the state one: but for a state without messages, which goes sooner. Of a user that nobody ever wrote to only a short while is remembered that.
-- What is kept by seq besides lives longer than any message.
local LIFETIME, MESSAGES_LIFETIME, EMPTY_LIFETIME, NOTES_LIFETIME = 604800000, 608400000, 600000, 2678400000
