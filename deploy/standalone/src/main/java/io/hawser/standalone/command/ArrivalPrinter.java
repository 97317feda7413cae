package io.hawser.standalone.command;

import io.hawser.client.ClientState;
import io.hawser.client.PushListener;
import io.hawser.client.PushMessage;
import io.hawser.client.StateChange;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Prints what a client receives, as text or as one JSON object a line. */
final class ArrivalPrinter implements PushListener {
    private static final int FAILED = 1;

    private final Output output;
    private final OutputFormat format;
    private final long count;
    private final Set<ErrorCode> hopeless;
    private final Runnable enough;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private long received;

    /**
     * @param count how many messages are wanted
     * @param hopeless codes that the client would try again after, and must not
     * @param enough called with the last of them still in hand, so that no other is handed over behind it
     */
    ArrivalPrinter(Output output, OutputFormat format, long count, Set<ErrorCode> hopeless, Runnable enough) {
        this.output = output;
        this.format = format;
        this.count = count;
        this.hopeless = hopeless;
        this.enough = enough;
    }

    /**
     * Returns the exit code once all messages came that were wanted, or the platform refused the client for good.
     *
     * @throws CommandException when there is no hope, with the reason
     */
    int awaitEnd() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CommandException hopelessly ? hopelessly : new IllegalStateException(e);
        }
    }

    /** Ends the client: what it would do next, and say, does not matter any more. */
    void giveUp(CommandException why) {
        end.completeExceptionally(why);
    }

    /** All was sent that was to be, or something could not be. */
    void end(@Nullable Throwable failure) {
        end.complete(failure == null ? 0 : FAILED);
        enough.run();
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
        ErrorCode code = change.code();
        if (change.state() == ClientState.WAITING && code != null && hopeless.contains(code)) {
            giveUp(new CommandException("the token was refused: " + change.reason()));
        }
        if (end.isCompletedExceptionally()) {
            return;
        }
        switch (format) {
            case text -> System.err.println("hawser: " + line(change));
            case json -> output.json(event(change));
        }
        if (change.state() == ClientState.CLOSED) {
            end.complete(FAILED);
        }
    }

    @Override
    public void onGroups(Set<String> groups) {
        switch (format) {
            case text -> System.err.println("hawser: groups: " + String.join(", ", groups));
            case json -> output.json(event("groups", "groups", groups));
        }
    }

    @Override
    public void onBroadcastsLost(long lostTo) {
        switch (format) {
            case text -> System.err.printf("hawser: broadcasts up to %d are kept no longer%n", lostTo);
            case json -> output.json(event("broadcasts-lost", "to", lostTo));
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
        if (end.isCompletedExceptionally()) {
            return;
        }
        // What our own token source said is for people; where it said it is not.
        Throwable cause = error.getCause() instanceof CommandException ours ? ours : error;
        String detail = String.valueOf(cause.getMessage());
        switch (format) {
            case text -> System.err.println("hawser: " + error.code() + ": " + detail);
            case json ->
                output.json(Map.of("event", "error", "code", error.code().name(), "detail", detail));
        }
    }

    private static Map<String, Object> event(String name, String what, Object value) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", name);
        event.put(what, value);
        return event;
    }

    private static Map<String, Object> event(PushMessage message) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", message.isBroadcast() ? "broadcast" : "message");
        event.put("id", message.id());
        if (message.isBroadcast()) {
            event.put("bseq", message.bseq());
            event.put("groups", message.groups());
        } else {
            event.put("seq", message.seq());
        }
        if (message.isNotification()) {
            event.put("key", message.key());
            event.put("hint", message.hint());
        }
        event.put(message.isText() ? "text" : "data", message.isText() ? message.text() : base64(message));
        if (message.redelivered()) {
            event.put("redelivered", true);
        }
        return event;
    }

    /** The reason of a refusal begins with its code: once is enough. */
    private static String line(StateChange change) {
        ErrorCode code = change.code();
        boolean named = code != null && change.reason().startsWith(code.name());
        return named ? change.state() + ": " + change.reason() : change.toString();
    }

    private static Map<String, Object> event(StateChange change) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "state");
        event.put("state", change.state().name());
        if (change.code() != null) {
            event.put("code", change.code().name());
        }
        if (change.kick() != null) {
            event.put("kicked", change.kick().name());
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
