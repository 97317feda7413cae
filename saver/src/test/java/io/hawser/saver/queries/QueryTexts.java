package io.hawser.saver.queries;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The statements that a saver's classes have in them, as the compiler put them together; what is put in later is a hole. */
final class QueryTexts {
    static final String HOLE = "\u0001";
    private static final Pattern STATEMENT =
            Pattern.compile("(?s)\\(?(SELECT(?! @@)|UPDATE|DELETE|INSERT|REPLACE|WITH) .*");

    private QueryTexts() {}

    /** Returns statements by the class that has them, in order. */
    static Map<String, List<String>> in(Path classes) {
        Map<String, List<String>> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(classes)) {
            files.filter(file -> file.toString().endsWith(".class")).forEach(file -> {
                List<String> found = of(file);
                if (!found.isEmpty()) {
                    texts.put(name(classes.relativize(file)), found);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }

    private static List<String> of(Path file) {
        TreeSet<String> found = new TreeSet<>();
        try {
            ClassModel model = ClassFile.of().parse(file);
            model.methods()
                    .forEach(method -> method.code()
                            .ifPresent(code -> code.forEach(element -> texts(element, text -> {
                                if (STATEMENT.matcher(text).matches()) {
                                    found.add(text);
                                }
                            }))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ArrayList<>(found);
    }

    private static void texts(CodeElement element, Consumer<String> found) {
        if (element instanceof LoadConstantInstruction load && load.constantEntry() instanceof StringEntry text) {
            found.accept(text.stringValue());
        } else if (element instanceof InvokeDynamicInstruction invoke) {
            invoke.invokedynamic().bootstrap().arguments().forEach(argument -> {
                if (argument instanceof StringEntry recipe) {
                    found.accept(recipe.stringValue());
                }
            });
        }
    }

    private static String name(Path file) {
        return file.toString().replace('/', '.').replaceFirst("(\\$.*)?\\.class$", "");
    }
}
