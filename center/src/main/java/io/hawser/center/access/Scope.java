package io.hawser.center.access;

/** What an app's key may allow. */
public enum Scope {
    SEND("messages.send"),
    READ_MESSAGES("messages.read"),
    RECALL("messages.recall"),
    READ_USERS("users.read"),
    ISSUE_TOKENS("tokens.issue");

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
        return this == READ_MESSAGES || this == READ_USERS;
    }
}
