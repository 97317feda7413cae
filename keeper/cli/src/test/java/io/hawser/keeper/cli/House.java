package io.hawser.keeper.cli;

import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.Secret;

/** The configuration of a service that tests configure. */
record House(int doors, int open, String zone, Secret key, AdminListen admin) {
    House {
        if (doors < 1) {
            throw new IllegalArgumentException("doors: " + doors + " (expected: 1 or more)");
        }
        if (open > doors) {
            throw new IllegalArgumentException("open: " + open + " (expected: at most " + doors + ")");
        }
    }

    static House defaults() {
        return new House(1, 0, "", Secret.none(), AdminListen.defaults());
    }
}
