package io.hawser.keeper;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.admin.Page;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a service stands in its life, and whether each of its checks holds. It is ready in the state READY with all
 * required checks true. What it can do without, as ZooKeeper, is shown and not required.
 */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final String FAILS = "does not hold";

    /** The states of a service, in their order. */
    enum State {
        STARTING,
        READY,
        DRAINING,
        STOPPED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A check that holds says nothing. */
    private record Check(Supplier<String> problem, boolean required) {
        static Check of(BooleanSupplier holds, boolean required) {
            return new Check(() -> holds.getAsBoolean() ? "" : FAILS, required);
        }
    }

    private final Map<String, Check> checks = new ConcurrentSkipListMap<>();
    private volatile State state = State.STARTING;

    State state() {
        return state;
    }

    void enter(State next) {
        LOG.debug("{} follows {}", next, state);
        state = next;
    }

    void require(String name, BooleanSupplier holds) {
        checks.put(name, Check.of(holds, true));
    }

    void show(String name, BooleanSupplier holds) {
        checks.put(name, Check.of(holds, false));
    }

    /**
     * Shows a check that can tell what is wrong.
     *
     * @param problem returns nothing while all is well
     */
    void explain(String name, Supplier<String> problem) {
        checks.put(name, new Check(problem, false));
    }

    Page readyz() {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        boolean ready = state == State.READY;
        for (Map.Entry<String, Check> named : checks.entrySet()) {
            String problem = problem(named.getKey(), named.getValue());
            boolean ok = problem.isEmpty();
            ready &= ok || !named.getValue().required();
            ObjectNode result = results.addObject()
                    .put("name", named.getKey())
                    .put("ok", ok)
                    .put("required", named.getValue().required());
            if (!ok) {
                result.put("detail", problem);
            }
        }
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("ready", ready).put("state", state.label());
        body.set("checks", results);
        return Page.json(ready ? 200 : 503, body);
    }

    /** The process answers: that is all that is asked. Restarting it would cure nothing that a check reports. */
    Page livez() {
        return Page.json(
                200, JsonNodeFactory.instance.objectNode().put("live", true).put("state", state.label()));
    }

    private static String problem(String name, Check check) {
        try {
            return check.problem().get();
        } catch (RuntimeException e) {
            LOG.warn("The check {} failed", name, e);
            return FAILS;
        }
    }
}
