package io.hawser.keeper;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.admin.Page;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a service stands in its life, and whether each of its checks holds. It is ready in the state READY with all
 * required checks true. What it can do without, as ZooKeeper, is shown and not required.
 */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

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

    private record Check(BooleanSupplier holds, boolean required) {}

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
        checks.put(name, new Check(holds, true));
    }

    void show(String name, BooleanSupplier holds) {
        checks.put(name, new Check(holds, false));
    }

    Page readyz() {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        boolean ready = state == State.READY;
        for (Map.Entry<String, Check> named : checks.entrySet()) {
            boolean ok = holds(named.getKey(), named.getValue());
            ready &= ok || !named.getValue().required();
            results.addObject()
                    .put("name", named.getKey())
                    .put("ok", ok)
                    .put("required", named.getValue().required());
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

    private static boolean holds(String name, Check check) {
        try {
            return check.holds().getAsBoolean();
        } catch (RuntimeException e) {
            LOG.warn("The check {} failed", name, e);
            return false;
        }
    }
}
