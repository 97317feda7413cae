package io.hawser.keeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
    @TempDir
    private Path directory;

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        assertThat(completed("keeper", "pro")).contains("promote", "profile").doesNotContain("apply");
        assertThat(completed("keeper", "apply", "--can")).containsExactly("--canary");
        assertThat(completed("keeper", "instances", "-o", "")).containsExactly("table", "json");
    }

    @Test
    void zshIsToldToRunCompletionsOfBash() {
        assertThat(script("zsh"))
                .startsWith("autoload -U +X compinit && compinit")
                .contains("bashcompinit");
    }

    /** Asks a real bash, as it asks when the tabulator key is struck. */
    private String[] completed(String... words) throws Exception {
        Path file = Files.writeString(directory.resolve("completion"), script("bash"));
        String ask = "source " + file + "; COMP_WORDS=(hawser " + quoted(words) + "); COMP_CWORD=" + words.length
                + "; _complete_hawser; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder("bash", "-c", ask).start();
        String found = new String(bash.getInputStream().readAllBytes(), UTF_8);
        bash.waitFor();
        return found.lines().map(String::strip).toArray(String[]::new);
    }

    private static String quoted(String... words) {
        return "'" + String.join("' '", words) + "'";
    }

    private static String script(String shell) {
        StringWriter out = new StringWriter();
        int code = KeeperCli.run(
                new ServiceConfigs(Map.of()),
                new LocalPlatform(null),
                new PrintWriter(out, true),
                new PrintWriter(new StringWriter()),
                "completion",
                shell);
        assertThat(code).isZero();
        return out.toString();
    }
}
