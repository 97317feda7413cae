package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.history.Endpoint;
import java.util.Set;

/**
 * What a phone is told to do.
 *
 * @param life of START: which one begins
 * @param token of START
 * @param groups of START: to join
 * @param text of SEND_UP
 */
record Order(Verb verb, Endpoint endpoint, int life, String token, Set<String> groups, String text) {
    enum Verb {
        START,
        STOP,
        SEND_UP,
        /** The device is on another network. */
        MOVE
    }

    Order {
        groups = Set.copyOf(groups);
    }

    static Order start(Endpoint endpoint, int life, String token, Set<String> groups) {
        return new Order(Verb.START, endpoint, life, token, groups, "");
    }

    static Order stop(Endpoint endpoint) {
        return new Order(Verb.STOP, endpoint, 0, "", Set.of(), "");
    }

    static Order sendUp(Endpoint endpoint, String text) {
        return new Order(Verb.SEND_UP, endpoint, 0, "", Set.of(), text);
    }

    static Order move(Endpoint endpoint) {
        return new Order(Verb.MOVE, endpoint, 0, "", Set.of(), "");
    }
}
