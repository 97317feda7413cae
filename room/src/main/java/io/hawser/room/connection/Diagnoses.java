package io.hawser.room.connection;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Diagnostics;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients of an event loop tell of themselves, once each time that they are asked: it goes to the room's log. */
final class Diagnoses {
    private static final Logger LOG = LoggerFactory.getLogger(Diagnoses.class);
    /** Clients that were asked and have not answered; beyond, none is asked. */
    private static final int MAX_ASKED = 1_024;

    private static final int MAX_FACTS = 32;
    private static final int MAX_NAME_CHARS = 64;
    private static final int MAX_FACT_CHARS = 256;

    private final Set<Connection> asked = new HashSet<>();

    /** Returns false where the client was not asked. */
    boolean ask(Connection connection, Command command) {
        if (asked.size() >= MAX_ASKED || !connection.command(command)) {
            return false;
        }
        asked.add(connection);
        return true;
    }

    /** How many were asked and have not answered. */
    int asked() {
        return asked.size();
    }

    void forget(Connection connection) {
        asked.remove(connection);
    }

    /** What nobody asked for is not logged: a client could fill the log with it. */
    void take(Connection connection, Diagnostics told) {
        if (!asked.remove(connection)) {
            connection.refuse(ErrorCode.INVALID_ARGUMENT, "DIAGNOSTICS: not asked for", 0);
        } else if (isTooLarge(told)) {
            connection.refuse(ErrorCode.INVALID_ARGUMENT, "DIAGNOSTICS: too large", 0);
        } else {
            LOG.info("Diagnostics {} of {}: {}", clean(told.getRequest()), who(connection), facts(told));
        }
    }

    private static boolean isTooLarge(Diagnostics told) {
        return told.getFactsCount() > MAX_FACTS
                || told.getRequest().length() > MAX_NAME_CHARS
                || told.getFactsMap().entrySet().stream().anyMatch(Diagnoses::isTooLong);
    }

    private static boolean isTooLong(Map.Entry<String, String> fact) {
        return fact.getKey().length() > MAX_NAME_CHARS || fact.getValue().length() > MAX_FACT_CHARS;
    }

    private static String who(Connection connection) {
        StringBuilder who = new StringBuilder("connection ").append(connection.id());
        for (Binding binding : connection.bindings()) {
            Reader reader = binding.reader();
            who.append(", ").append(reader.app()).append('/').append(clean(reader.user()));
            who.append('/').append(clean(reader.device()));
        }
        return who.toString();
    }

    private static String facts(Diagnostics told) {
        return told.getFactsMap().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(fact -> clean(fact.getKey()) + "=" + clean(fact.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** One line stays one line. */
    private static String clean(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
