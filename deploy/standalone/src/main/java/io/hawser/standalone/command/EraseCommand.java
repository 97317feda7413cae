package io.hawser.standalone.command;

import io.hawser.rpc.id.UserKey;
import io.hawser.wire.HawserException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "erase",
        description = "Ends the sessions of users, and removes all that is kept of them, for good.",
        footer = {
            "",
            "One user after the other; the answer to each is waited for, and asked for again where it fails. Goes on",
            "with the others where one is not erased in time, and ends where the center cannot be reached or refuses",
            "the key. Then give the command again: what is gone stays gone.",
            "Bans and the audit log stay, and what a backup of before has in it.",
            "Exit codes: 0 all are gone, 1 not all (a line for each says why), 2 wrong usage: nobody was erased."
        })
public final class EraseCommand implements Callable<Integer> {
    private static final int NOT_ALL = 1;

    @Mixin
    private final ManagerTarget target = new ManagerTarget();

    @Option(names = "--app", required = true, paramLabel = "APP", description = "Whose users.")
    private String app = "";

    @Option(names = "--user", paramLabel = "USER", description = "Who; may be repeated.")
    private List<String> users = List.of();

    @Option(names = "--user-file", paramLabel = "FILE", description = "The users in this file, one a line.")
    private @Nullable Path userFile;

    @Option(
            names = "--within",
            paramLabel = "TIME",
            description = "How long it is tried for each of them (default: 2m).")
    private String within = "2m";

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private OutputFormat format = OutputFormat.text;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Set<String> whom;
        Eraser eraser;
        try {
            Duration patience = Duration.ofSeconds(TimeSpan.seconds("within", within));
            whom = whom();
            eraser = new Eraser(target.center(), app, patience, Eraser.Time.real());
        } catch (CommandException e) {
            throw new ParameterException(here().commandLine(), String.valueOf(e.getMessage()), e);
        }
        return erase(eraser, whom);
    }

    private int erase(Eraser eraser, Set<String> whom) {
        var output = new Output(System.out);
        int erased = 0;
        int failed = 0;
        for (String user : whom) {
            try {
                boolean any = eraser.erase(user);
                erased += any ? 1 : 0;
                print(output, user, any);
            } catch (CommandException e) {
                if (e.isForGood()) {
                    throw e;
                }
                failed++;
                complain(e);
            }
        }
        if (format == OutputFormat.text && whom.size() > 1) {
            output.line("%d users: %d erased, %d had nothing, %d failed"
                    .formatted(whom.size(), erased, whom.size() - erased - failed, failed));
        }
        return failed == 0 ? 0 : NOT_ALL;
    }

    private void complain(CommandException failure) {
        PrintWriter err = here().commandLine().getErr();
        err.println("hawser: " + failure.getMessage());
        err.flush();
    }

    private CommandSpec here() {
        return Objects.requireNonNull(spec, "set before it is called");
    }

    /** All of them, of the right form: nobody is erased by a command that has to be given anew. */
    private Set<String> whom() {
        Set<String> whom = new LinkedHashSet<>(users);
        if (userFile != null) {
            whom.addAll(UserFile.read(userFile));
        }
        if (whom.isEmpty()) {
            throw new CommandException("--user, --user-file: nobody (expected: at least one user)");
        }
        whom.forEach(this::requireForm);
        return whom;
    }

    private void requireForm(String user) {
        try {
            var _ = UserKey.of(app, user);
        } catch (HawserException e) {
            throw new CommandException("'" + user + "' of '" + app + "': " + e.getMessage(), e);
        }
    }

    private void print(Output output, String user, boolean erased) {
        switch (format) {
            case text -> output.line(user + (erased ? ": erased" : ": nothing left to erase"));
            case json -> {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("user", user);
                line.put("erased", erased);
                output.json(line);
            }
        }
    }
}
