package io.hawser.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code erase} refuses before it asks anybody. */
final class EraseCommandTest {
    @TempDir
    private Path home;

    @Test
    void nobodyIsErasedByACommandThatIsWrong() throws Exception {
        Path users = Files.writeString(home.resolve("users"), "ann\n" + "x".repeat(65) + "\n");
        assertThat(refusal("--app", "demo")).isEqualTo("--user, --user-file: nobody (expected: at least one user)");
        assertThat(refusal("--app", "demo", "--user-file", users.toString()))
                .isEqualTo("'" + "x".repeat(65) + "' of 'demo': user: 65 bytes (expected: 1 to 64)");
        assertThat(refusal("--app", "Demo", "--user", "ann"))
                .startsWith("'ann' of 'Demo': app: Demo (expected: only a-z");
        assertThat(refusal("--app", "demo", "--user-file", "/none"))
                .isEqualTo("user-file: /none (expected: a file in UTF-8, one user a line)");
        assertThat(refusal("--app", "demo", "--user", "ann", "--within", "soon"))
                .isEqualTo("within: soon (expected: such as 90s, 15m, 1h or 7d)");
        assertThat(refusal("--app", "demo", "--user", "ann", "--api-key", "a", "--operator-key", "b"))
                .isEqualTo("--api-key, --operator-key: both (expected: one of them)");
    }

    private static String refusal(String... args) {
        var said = new StringWriter();
        int exit = new CommandLine(new EraseCommand())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().print(e.getMessage());
                    command.getErr().flush();
                    return 1;
                })
                .setErr(new PrintWriter(said))
                .execute(prepend("--center", "http://127.0.0.1:1", args));
        assertThat(exit).isEqualTo(1);
        return said.toString();
    }

    private static String[] prepend(String option, String value, String... args) {
        String[] all = new String[args.length + 2];
        all[0] = option;
        all[1] = value;
        System.arraycopy(args, 0, all, 2, args.length);
        return all;
    }
}
