package io.hawser.room.overload;

/** How near a room is to what it cannot take. What it does about it stands in the room's README. */
public enum Level {
    NORMAL(0),
    /** Dispatchers send fewer clients, and less may wait for each. */
    BUSY(1),
    /** Nobody is let in, and who has made no binding goes. */
    OVERLOADED(2),
    /** Who does not read goes, then the newest. */
    CRITICAL(3);

    private final int number;

    Level(int number) {
        this.number = number;
    }

    /** Returns the level as operators and dispatchers are told it: 0 to 3. */
    public int number() {
        return number;
    }

    public boolean isAtLeast(Level other) {
        return compareTo(other) >= 0;
    }

    Level orHigher(Level other) {
        return isAtLeast(other) ? this : other;
    }

    Level below() {
        return switch (this) {
            case NORMAL, BUSY -> NORMAL;
            case OVERLOADED -> BUSY;
            case CRITICAL -> OVERLOADED;
        };
    }
}
