package io.hawser.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "status", description = "Tells what became of a message: in all, then by mailbox.")
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final Target target = new Target();

    @Parameters(paramLabel = "MESSAGE", description = "The name that 'send' printed.")
    private String name = "";

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private OutputFormat format = OutputFormat.text;

    @Override
    public Integer call() {
        JsonNode status = target.center().status(name);
        var output = new Output(System.out);
        switch (format) {
            case text -> printLines(output, status);
            case json -> output.json(status);
        }
        return 0;
    }

    private static void printLines(Output output, JsonNode status) {
        output.line(status.path("state").asText());
        for (JsonNode mailbox : status.path("mailboxes")) {
            output.line("  %s %s"
                    .formatted(
                            mailbox.path("mailbox").asText(),
                            mailbox.path("state").asText()));
        }
    }
}
