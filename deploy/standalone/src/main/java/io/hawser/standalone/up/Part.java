package io.hawser.standalone.up;

import java.util.Locale;

/** The parts of a platform: each after those that it needs. They are stopped in the reverse order. */
enum Part {
    ZOOKEEPER,
    REDIS,
    MARIADB,
    SAVER,
    REGISTER,
    COORDINATOR,
    ROOM,
    CENTER,
    DISPATCHER;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
