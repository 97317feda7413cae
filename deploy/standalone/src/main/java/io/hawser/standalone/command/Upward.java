package io.hawser.standalone.command;

import io.hawser.client.PushClient;
import io.hawser.client.PushMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a client sends to the app's back end from the shell. */
final class Upward {
    private static final Duration REPLY_WITHIN = Duration.ofSeconds(30);

    @Option(
            names = "--uplink",
            paramLabel = "ROUTE=TEXT",
            description = "Sends this to the app's back end, stored; may be repeated.")
    private List<String> uplinks = new ArrayList<>();

    @Option(
            names = "--request",
            paramLabel = "ROUTE=TEXT",
            description = "Asks the app's back end, and prints its reply; may be repeated.")
    private List<String> requests = new ArrayList<>();

    @Option(names = "--until-sent", description = "Ends once all of these are stored and answered.")
    private boolean untilSent;

    private Output output = new Output(System.out);
    private OutputFormat format = OutputFormat.text;

    /** A route and what goes there. */
    private record Item(String route, String text) {
        static Item of(String option, String given) {
            int equals = given.indexOf('=');
            if (equals < 1) {
                throw new CommandException(option + ": " + given + " (expected: ROUTE=TEXT)");
            }
            return new Item(given.substring(0, equals), given.substring(equals + 1));
        }
    }

    /**
     * Sends all that was asked for.
     *
     * @return completes once all of it is stored and answered, where the command is to end then; fails with the first
     *     that is not. Never completes where the command goes on
     * @throws CommandException where an option is malformed
     */
    CompletableFuture<?> start(PushClient client, Output output, OutputFormat format) {
        this.output = output;
        this.format = format;
        List<CompletableFuture<?>> under = new ArrayList<>();
        try {
            for (String given : uplinks) {
                Item item = Item.of("--uplink", given);
                under.add(told("stored", item, client.send(item.route(), item.text())));
            }
            for (String given : requests) {
                Item item = Item.of("--request", given);
                under.add(told("reply", item, client.request(item.route(), item.text(), REPLY_WITHIN)));
            }
        } catch (HawserException e) {
            throw new CommandException(e.code() + ": " + e.getMessage(), e);
        }
        return untilSent ? CompletableFuture.allOf(under.toArray(CompletableFuture[]::new)) : new CompletableFuture<>();
    }

    private CompletableFuture<?> told(String event, Item item, CompletableFuture<?> outcome) {
        return outcome.handle((reply, failure) -> {
            if (failure != null) {
                throw failed(item, failure);
            }
            print(event, item, reply instanceof PushMessage message ? message : null);
            return item;
        });
    }

    private CommandException failed(Item item, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        ErrorCode code = cause instanceof HawserException ours ? ours.code() : ErrorCode.INTERNAL;
        String detail = item.route() + ": " + cause.getMessage();
        switch (format) {
            case text -> System.err.println("hawser: " + code + ": " + detail);
            case json -> output.json(Map.of("event", "error", "code", code.name(), "detail", detail));
        }
        return new CommandException(code + ": " + detail, cause);
    }

    private void print(String event, Item item, @Nullable PushMessage reply) {
        switch (format) {
            case text -> output.line(reply == null ? event + " " + item.route() : reply.text());
            case json -> {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("event", event);
                line.put("route", item.route());
                if (reply != null) {
                    line.put("text", reply.text());
                }
                output.json(line);
            }
        }
    }
}
