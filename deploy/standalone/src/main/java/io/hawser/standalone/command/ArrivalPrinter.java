package io.hawser.standalone.command;

import io.hawser.client.ClientState;
import io.hawser.client.PushListener;
import io.hawser.client.PushMessage;
import io.hawser.client.StateChange;
import io.hawser.wire.HawserException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Prints what a client receives, as text or as one JSON object a line. */
final class ArrivalPrinter implements PushListener {
    private static final int FAILED = 1;

    private final Output output;
    private final OutputFormat format;
    private final long count;
    private final Runnable enough;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private long received;

    /**
     * @param count how many messages are wanted
     * @param enough called with the last of them still in hand, so that no other is handed over behind it
     */
    ArrivalPrinter(Output output, OutputFormat format, long count, Runnable enough) {
        this.output = output;
        this.format = format;
        this.count = count;
        this.enough = enough;
    }

    /** Returns the exit code once all messages came that were wanted, or the platform refused the client for good. */
    int awaitEnd() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("only ever completed with an exit code", e);
        }
    }

    @Override
    public void onMessage(PushMessage message) {
        switch (format) {
            case text -> output.line(message.isText() ? message.text() : base64(message));
            case json -> output.json(event(message));
        }
        received++;
        if (received == count) {
            end.complete(0);
            enough.run();
        }
    }

    @Override
    public void onState(StateChange change) {
        switch (format) {
            case text -> System.err.println("hawser: " + change);
            case json -> output.json(event(change));
        }
        if (change.state() == ClientState.CLOSED) {
            end.complete(FAILED);
        }
    }

    @Override
    public void onGap(long positionBefore, long position) {
        switch (format) {
            case text -> System.err.printf("hawser: history was lost between %d and %d%n", positionBefore, position);
            case json -> output.json(Map.of("event", "gap", "before", positionBefore, "position", position));
        }
    }

    @Override
    public void onError(HawserException error) {
        String detail = String.valueOf(error.getMessage());
        switch (format) {
            case text -> System.err.println("hawser: " + error.code() + ": " + detail);
            case json ->
                output.json(Map.of("event", "error", "code", error.code().name(), "detail", detail));
        }
    }

    private static Map<String, Object> event(PushMessage message) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "message");
        event.put("id", message.id());
        event.put("seq", message.seq());
        event.put(message.isText() ? "text" : "data", message.isText() ? message.text() : base64(message));
        if (message.redelivered()) {
            event.put("redelivered", true);
        }
        return event;
    }

    private static Map<String, Object> event(StateChange change) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "state");
        event.put("state", change.state().name());
        if (change.code() != null) {
            event.put("code", change.code().name());
        }
        if (!change.reason().isEmpty()) {
            event.put("reason", change.reason());
        }
        return event;
    }

    private static String base64(PushMessage message) {
        return Base64.getEncoder().encodeToString(message.body());
    }
}
