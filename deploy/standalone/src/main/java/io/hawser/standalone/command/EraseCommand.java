package io.hawser.standalone.command;

import io.hawser.rpc.id.UserKey;
import io.hawser.wire.HawserException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "erase",
        description = "Ends the sessions of users, and removes all that is kept of them, for good.",
        footer = {
            "",
            "One user after the other; the answer to each is waited for, and asked for again where it fails. Ends with",
            "the first who cannot be erased in time: give the command again, what is gone stays gone.",
            "Bans and the audit log stay, and what a backup of before has in it.",
            "Exit codes: 0 all are gone, 1 not all (one line says why), 2 wrong usage."
        })
public final class EraseCommand implements Callable<Integer> {
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

    @Override
    public Integer call() {
        Duration patience = Duration.ofSeconds(TimeSpan.seconds("within", within));
        Set<String> whom = whom();
        var eraser = new Eraser(target.center(), app, patience, Eraser.Time.real());
        var output = new Output(System.out);
        for (String user : whom) {
            print(output, user, eraser.erase(user));
        }
        return 0;
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
