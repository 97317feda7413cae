package io.hawser.client;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents show of this client compiles, and what they list is what there is. */
class DocumentedCodeTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern FENCE = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern JAVADOC = Pattern.compile("(?s)<pre>\\{@code\\n(.*?)\\n \\* \\}</pre>");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    @TempDir
    private Path classes;

    /** A piece of code in a document. */
    record Snippet(String place, String code) {
        @Override
        public String toString() {
            return place;
        }
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void compiles(Snippet snippet) {
        StringWriter problems = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean compiled = compiler.getTask(
                        problems,
                        null,
                        null,
                        List.of("-d", classes.toString(), "--release", "11", "-proc:none", "-Xlint:all", "-Werror"),
                        null,
                        List.of(new Source(program(snippet.code()))))
                .call();

        assertThat(compiled).as("%s: %s", snippet, problems).isTrue();
    }

    static List<Snippet> snippets() throws IOException {
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/io/hawser/client"))) {
            List<Snippet> found = Stream.of(
                            in(FENCE, ROOT.resolve("docs/guide.md")),
                            in(FENCE, Path.of("README.md")),
                            in(FENCE, ROOT.resolve("README.md")),
                            sources.sorted().flatMap(source -> in(JAVADOC, source)))
                    .flatMap(some -> some)
                    .toList();
            assertThat(found).as("snippets in guide, README, Javadoc").hasSizeGreaterThanOrEqualTo(3);
            return found;
        }
    }

    @Test
    void theTableOfConfigurationHasWhatTheBuilderHas() throws IOException {
        String table = section(Files.readString(Path.of("README.md")), "## Configuration");
        Set<String> documented = table.lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> names(line.substring(0, line.indexOf('|', 1))))
                .collect(Collectors.toSet());

        assertThat(documented).isEqualTo(publicMethods(PushClientBuilder.class, "start"));
    }

    @Test
    void theListOfCountersHasWhatTheyHave() throws IOException {
        String list = section(Files.readString(Path.of("README.md")), "## Counters");

        assertThat(names(list.substring(list.indexOf('\n'))).collect(Collectors.toSet()))
                .isEqualTo(publicMethods(Counters.class));
    }

    private static Stream<Snippet> in(Pattern pattern, Path document) {
        try {
            String text = Files.readString(document);
            return pattern.matcher(text)
                    .results()
                    .map(found -> new Snippet(
                            document.getFileName() + ":" + lineOf(text, found),
                            found.group(1).replaceAll("(?m)^ \\* ?", "")));
        } catch (IOException e) {
            throw new AssertionError(document + ": cannot be read", e);
        }
    }

    private static long lineOf(String text, MatchResult found) {
        return text.substring(0, found.start(1)).lines().count() + 1;
    }

    /** What a reader has around it. */
    private static String program(String code) {
        return String.join(
                "\n",
                Stream.of("io.hawser.client.*", "java.nio.file.Path", "java.time.Duration", "java.util.List")
                        .map(name -> "import " + name + ";")
                        .collect(joining("\n")),
                "class Snippet {",
                "    interface BackEnd { String fetchPushToken() throws Exception; }",
                "    static void show(String text) {}",
                "    static void run(BackEnd backEnd, Path filesDir) throws Exception {",
                code,
                "    }",
                "}");
    }

    private static String section(String page, String heading) {
        int start = page.indexOf(heading);
        int end = page.indexOf("\n## ", start + 1);
        return page.substring(start, end < 0 ? page.length() : end);
    }

    private static Stream<String> names(String text) {
        return NAME.matcher(text).results().map(found -> found.group(1));
    }

    private static Set<String> publicMethods(Class<?> type, String... but) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> !List.of(but).contains(name))
                .collect(Collectors.toSet());
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///Snippet.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
