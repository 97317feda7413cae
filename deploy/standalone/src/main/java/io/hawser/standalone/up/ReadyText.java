package io.hawser.standalone.up;

import io.hawser.standalone.command.RunningPlatform;
import java.io.PrintStream;

/** What a person is told of a platform that is ready: its addresses and keys, and what to do next. */
public final class ReadyText {
    private ReadyText() {}

    /** {@code option}: by which a command finds this platform, with a space before it; empty where it needs none. */
    public static void print(PrintStream out, RunningPlatform running, String option) {
        out.printf(
                """

                center        %s        (the API; its documentation: %1$s/docs)
                dispatcher    %s
                rooms         %s
                zookeeper     %s
                redis         %s
                mysql         %s
                demo app      %s
                API key       %s
                operator key  %s

                A client, in another terminal; then a message for it; then what became of it:

                  ./hawser client --user alice%10$s
                  curl -H 'Authorization: Bearer %8$s' -H 'Content-Type: application/json' -d '{"target": {"user": "alice"}, "qos": "DURABLE", "text": "hi"}' %1$s/v1/apps/%7$s/messages:send
                  ./hawser status NAME%10$s     (the name that the send answered)

                """,
                running.center(),
                running.dispatcher(),
                String.join(", ", running.rooms()),
                running.zookeeper(),
                running.redis(),
                running.mysql(),
                running.app(),
                running.apiKey(),
                running.operatorKey(),
                option);
        out.flush();
    }
}
