package io.hawser.center.access;

/** What an app's key may allow. */
public enum Scope {
    SEND("messages.send"),
    READ_MESSAGES("messages.read"),
    RECALL("messages.recall"),
    READ_USERS("users.read"),
    ISSUE_TOKENS("tokens.issue"),
    SEND_BROADCASTS("broadcasts.send"),
    READ_BROADCASTS("broadcasts.read"),
    WRITE_GROUPS("groups.write"),
    READ_GROUPS("groups.read"),
    /** To kick users, and to erase what is kept of them. */
    MANAGE_USERS("users.manage"),
    WRITE_BANS("bans.write"),
    READ_BANS("bans.read"),
    WRITE_CALLBACKS("callbacks.write"),
    READ_CALLBACKS("callbacks.read");

    private final String grant;

    Scope(String grant) {
        this.grant = grant;
    }

    /** As it stands in a key's grants. */
    public String grant() {
        return grant;
    }

    /** Whether it only looks: operators may do that too. */
    boolean reads() {
        return switch (this) {
            case READ_MESSAGES, READ_USERS, READ_BROADCASTS, READ_GROUPS, READ_BANS, READ_CALLBACKS -> true;
            case SEND, RECALL, ISSUE_TOKENS, SEND_BROADCASTS, WRITE_GROUPS, MANAGE_USERS, WRITE_BANS, WRITE_CALLBACKS ->
                false;
        };
    }
}
