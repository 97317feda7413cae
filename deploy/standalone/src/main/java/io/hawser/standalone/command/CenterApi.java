package io.hawser.standalone.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The center's JSON API, as an app's back end or an operator calls it. */
public final class CenterApi {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int TIMED_OUT = 408;
    private static final int TOO_MANY = 429;
    private static final Pattern MESSAGE_NAME = Pattern.compile("apps/([^/]+)/users/(.+)/messages/(\\d+)");

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final List<String> centers;
    private final String key;

    /**
     * @param center base URL
     * @param key an app's or an operator's
     */
    public CenterApi(String center, String key) {
        this(List.of(center), key);
    }

    /**
     * Asks the next where one takes no connection.
     *
     * @param centers base URLs, at least one
     */
    CenterApi(List<String> centers, String key) {
        this.centers = centers.stream()
                .map(center -> center.endsWith("/") ? center.substring(0, center.length() - 1) : center)
                .toList();
        this.key = key;
    }

    /** What the center answered: an HTTP status and a document. */
    public record Answer(int status, JsonNode body) {
        public boolean isOk() {
            return status >= 200 && status < 300;
        }

        /** Whether the same request would be refused again: it is wrong, and did not just come at a bad time. */
        boolean isRefusedForGood() {
            return status >= 400 && status < 500 && status != TIMED_OUT && status != TOO_MANY;
        }

        /** The error code of a problem document, or the status where there is none. */
        public String code() {
            return body.path("code").asText("HTTP " + status);
        }

        /** The refusal in one line. */
        public String problem() {
            String detail = body.path("detail").asText(body.path("title").asText("no detail was given"));
            return code() + ": " + detail;
        }
    }

    /** A client's token; {@code device} may be empty: any of the user's. */
    public String issueToken(String app, String user, String device) {
        return issueToken(app, user, device, List.of());
    }

    /** A client's token, with which it may join {@code groups} besides those that the app allows. */
    public String issueToken(String app, String user, String device, List<String> groups) {
        Map<String, Object> request = new LinkedHashMap<>(Map.of("user", user, "groups", groups));
        if (!device.isEmpty()) {
            request.put("device", device);
        }
        return required(post("/v1/apps/" + encode(app) + "/tokens:issue", request))
                .path("token")
                .asText();
    }

    /** Sends what the document of {@code messages:send} says; answers with its answer. */
    public JsonNode send(String app, Map<String, Object> message) {
        return required(post("/v1/apps/" + encode(app) + "/messages:send", message));
    }

    /** Begins a broadcast as its document says; answers with its answer. */
    JsonNode broadcast(String app, Map<String, Object> broadcast) {
        return required(post("/v1/apps/" + encode(app) + "/broadcasts", broadcast));
    }

    /** Tells clients to do what the document says; answers with how many were told. By an operator's key. */
    JsonNode command(Map<String, Object> command) {
        return required(post("/v1/commands", command));
    }

    /**
     * Ends a user's sessions and removes all that is kept of it; answers when all is gone. May be repeated.
     *
     * @throws CommandException for good too where somebody answered who is no center: nothing was erased
     */
    JsonNode erase(String app, String user) {
        JsonNode answer = required(post("/v1/apps/%s/users/%s:erase".formatted(encode(app), encode(user)), Map.of()));
        if (!answer.path("erased").isBoolean()) {
            throw CommandException.wrong("the center at " + String.join(", ", centers)
                    + " did not answer as one (expected: {\"erased\": true or false, …}): is it one?");
        }
        return answer;
    }

    /** How far the broadcast of this name is, once it is done or some seconds have passed. */
    JsonNode awaitBroadcast(String name) {
        return required(get("/v1/" + name + "?wait=5s"));
    }

    /** What became of the message of this name, {@code apps/A/users/U/messages/N}. */
    public JsonNode status(String name) {
        Matcher parts = MESSAGE_NAME.matcher(name);
        if (!parts.matches()) {
            throw new CommandException("message: " + name + " (expected: apps/APP/users/USER/messages/NUMBER)");
        }
        return required(get("/v1/apps/%s/users/%s/messages/%s"
                .formatted(encode(parts.group(1)), encode(parts.group(2)), parts.group(3))));
    }

    public Answer get(String path) {
        return exchange(center -> request(center, path).GET());
    }

    public Answer post(String path, Object document) {
        return exchange(center -> request(center, path)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(Output.toJson(document))));
    }

    /** Encodes a segment of a path. */
    public static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The document of an answer that is one; else the refusal, as one line. */
    public static JsonNode required(Answer answer) {
        if (!answer.isOk()) {
            throw CommandException.refused(answer.problem(), answer.isRefusedForGood());
        }
        return answer.body();
    }

    private HttpRequest.Builder request(String center, String path) {
        try {
            return HttpRequest.newBuilder(URI.create(center + path))
                    .timeout(TIMEOUT)
                    .header("authorization", "Bearer " + key);
        } catch (IllegalArgumentException e) {
            throw CommandException.wrong("center: " + center + " (expected: a URL such as http://127.0.0.1:8080)", e);
        }
    }

    private Answer exchange(Function<String, HttpRequest.Builder> request) {
        try {
            HttpResponse<String> response = send(request);
            return new Answer(response.statusCode(), parse(response.body()));
        } catch (IOException e) {
            String where = String.join(", ", centers);
            throw new CommandException("the center does not answer at " + where + ": " + reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.wrong("interrupted while the center was asked", e);
        }
    }

    /** A center that takes no connection has done nothing with the request: the next may have it. */
    private HttpResponse<String> send(Function<String, HttpRequest.Builder> request)
            throws IOException, InterruptedException {
        for (String center : centers.subList(0, centers.size() - 1)) {
            try {
                return http.send(request.apply(center).build(), BodyHandlers.ofString());
            } catch (ConnectException | HttpConnectTimeoutException next) {
                // The last one's failure is told.
            }
        }
        return http.send(request.apply(centers.getLast()).build(), BodyHandlers.ofString());
    }

    private JsonNode parse(String body) {
        try {
            return json.readTree(body);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() != null ? e.getMessage() : "connection refused";
    }
}
