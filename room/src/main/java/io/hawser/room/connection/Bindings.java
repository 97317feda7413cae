package io.hawser.room.connection;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A connection's bindings as an array that is replaced, never changed: most hold one, and whoever walks it is safe. */
final class Bindings {
    static final Binding[] NONE = {};

    private Bindings() {}

    static @Nullable Binding find(Binding[] bindings, int number) {
        for (Binding binding : bindings) {
            if (binding.number() == number) {
                return binding;
            }
        }
        return null;
    }

    static int underWay(Binding[] bindings, String app) {
        int count = 0;
        for (Binding binding : bindings) {
            count += binding.isUnderWay() && binding.app().equals(app) ? 1 : 0;
        }
        return count;
    }

    static boolean anyOf(Binding[] bindings, String app) {
        for (Binding binding : bindings) {
            if (binding.app().equals(app)) {
                return true;
            }
        }
        return false;
    }

    /** Whether any has messages in its client's hands. */
    static boolean anyAwaitsWord(Binding[] bindings) {
        for (Binding binding : bindings) {
            if (binding.awaitsWord()) {
                return true;
            }
        }
        return false;
    }

    static Binding[] with(Binding[] bindings, Binding added) {
        Binding[] all = Arrays.copyOf(bindings, bindings.length + 1);
        all[bindings.length] = added;
        return all;
    }

    static Binding[] without(Binding[] bindings, Binding removed) {
        Binding[] rest = new Binding[bindings.length - 1];
        int at = 0;
        for (Binding binding : bindings) {
            if (binding != removed) {
                rest[at++] = binding;
            }
        }
        return rest.length == 0 ? NONE : rest;
    }
}
