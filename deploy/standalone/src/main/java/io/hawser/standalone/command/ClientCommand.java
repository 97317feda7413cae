package io.hawser.standalone.command;

import io.hawser.client.PushClient;
import io.hawser.client.TokenSource;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "client",
        description = "A client of a user's: prints what arrives, until Ctrl-C.",
        footer = {
            "",
            "With -o json, one object a line: {\"event\": \"state\", \"state\": \"BOUND\"}, or",
            "{\"event\": \"message\", \"id\": …, \"seq\": …, \"text\": …} (\"data\", in base64, where it is no text);",
            "{\"event\": \"broadcast\", \"id\": …, \"bseq\": …, \"groups\": […], \"text\": …} for a broadcast; with",
            "\"key\" and \"hint\" for a notification, whose text is the body that was pulled; and",
            "{\"event\": \"stored\" or \"reply\", \"route\": …, \"text\": …} for what was sent.",
            "How far the user has read is kept in .hawser/clients, so the next client goes on from there."
        })
public final class ClientCommand implements Callable<Integer> {
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    @Mixin
    private final AppTarget target = new AppTarget();

    @Option(names = "--dispatcher", paramLabel = "URL", description = "The dispatcher, such as http://127.0.0.1:8081.")
    private @Nullable String dispatcher;

    @Option(names = "--user", required = true, paramLabel = "USER", description = "Whose messages.")
    private String user = "";

    @Option(names = "--device", paramLabel = "DEVICE", description = "Which of the user's devices (default: terminal).")
    private String device = "terminal";

    @Option(names = "--device-class", paramLabel = "CLASS", description = "Kind of device, such as phone or pc.")
    private String deviceClass = "";

    @Option(names = "--group", paramLabel = "GROUP", description = "Joins this group; may be repeated.")
    private List<String> groups = List.of();

    @Mixin
    private final Upward upward = new Upward();

    @Option(names = "--token", paramLabel = "TOKEN", description = "Binds with this token, and asks the API for none.")
    private @Nullable String token;

    @Option(names = "--state", paramLabel = "DIR", description = "Where it is kept how far the user has read.")
    private @Nullable Path state;

    @Option(names = "--count", paramLabel = "N", description = "Ends after so many messages, at least 1.")
    private long count = Long.MAX_VALUE;

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private OutputFormat format = OutputFormat.text;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        requireCount();
        var output = new Output(System.out);
        var started = new CompletableFuture<PushClient>();
        var printer = new ArrivalPrinter(
                output, format, count, hopeless(), () -> started.join().close());
        try (PushClient client = start(printer)) {
            started.complete(client);
            var _ = upward.start(client, output, format).whenComplete((nothing, failure) -> printer.end(failure));
            Runtime.getRuntime().addShutdownHook(new Thread(client::close, "close-client"));
            return printer.awaitEnd();
        }
    }

    private void requireCount() {
        CommandSpec here = spec;
        if (here != null && count < 1) {
            throw new ParameterException(here.commandLine(), "--count: " + count + " (expected: >= 1)");
        }
    }

    private PushClient start(ArrivalPrinter printer) {
        try {
            return PushClient.builder()
                    .dispatchers(dispatchers())
                    .app(target.app())
                    .user(user)
                    .device(device)
                    .deviceClass(deviceClass)
                    .clientVersion("hawser client")
                    .groups(groups)
                    .tokenSource(tokens(printer))
                    .backOff(FIRST_BACK_OFF, LONGEST_BACK_OFF)
                    .storeIn(
                            state != null
                                    ? state
                                    : Target.state()
                                            .resolve("clients")
                                            .resolve(target.platform().keyId()))
                    .listener(printer)
                    .start();
        } catch (IOException e) {
            throw new CommandException("client: cannot keep how far it has read: " + e.getMessage(), e);
        } catch (HawserException e) {
            throw new CommandException(e.getMessage() == null ? e.code().name() : e.getMessage(), e);
        }
    }

    private List<String> dispatchers() {
        return dispatcher != null
                ? List.of(dispatcher)
                : target.platform().running().allDispatchers();
    }

    /** A token that was given once does not get better by being shown again. */
    private Set<ErrorCode> hopeless() {
        return token == null
                ? Set.of()
                : Set.of(ErrorCode.UNAUTHENTICATED, ErrorCode.TOKEN_INVALID, ErrorCode.TOKEN_EXPIRED);
    }

    private TokenSource tokens(ArrivalPrinter printer) {
        if (token != null) {
            String given = token;
            return () -> given;
        }
        CenterApi center = target.center();
        String app = target.app();
        return () -> {
            try {
                return center.issueToken(app, user, device);
            } catch (CommandException e) {
                if (e.isForGood()) {
                    printer.giveUp(e);
                }
                throw e;
            }
        };
    }
}
