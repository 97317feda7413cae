package io.hawser.saver.purge;

/**
 * Rows of a table that go when their time is over.
 *
 * @param time column that an index begins with
 * @param besides what must hold, too: {@code AND ...}; empty: nothing
 * @param weight one of them is as much work as so many others
 */
public record Outdated(String table, String time, String besides, int weight) {
    /** Rows that go by their time alone. */
    public static Outdated by(String table, String time) {
        return new Outdated(table, time, "", 1);
    }

    /** Returns the same rows, where something else must hold, too. */
    public Outdated where(String condition) {
        return new Outdated(table, time, " AND " + condition, weight);
    }

    /** Returns the same rows, each of which may be large. */
    public Outdated large() {
        return new Outdated(table, time, besides, 10);
    }

    int rowsOf(int portion) {
        return Math.max(1, portion / weight);
    }
}
