package ai.robofy;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds the library: the file that ROBOFY_LIBRARY names, or else the one beside the package, or else the system's. */
final class Loader {
    private static final Map<String, Object> UTF_8 = Map.of(Library.OPTION_STRING_ENCODING, "UTF-8");

    private Loader() {}

    static void bind(Class<?> declarations) {
        String chosen = System.getenv(Native.VARIABLE);
        boolean isChosen = chosen != null && !chosen.isEmpty();
        String advice = isChosen ? Native.ADVICE_CHOSEN : Native.ADVICE;
        List<String> reasons = new ArrayList<>();
        for (String name : isChosen ? List.of(chosen) : names()) {
            try {
                NativeLibrary library = NativeLibrary.getInstance(name, UTF_8);
                requireVersion(name, library, advice);
                com.sun.jna.Native.register(declarations, library);
                return;
            } catch (OtherVersion error) {
                throw error;
            } catch (UnsatisfiedLinkError error) {
                reasons.add(name + ": " + firstReason(error));
            }
        }
        throw new UnsatisfiedLinkError(String.format(Native.CANNOT_LOAD, String.join("; ", reasons), advice));
    }

    private static List<String> names() {
        try {
            URI here = Loader.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            Path beside = Path.of(here).resolveSibling(Native.BESIDE);
            return Files.exists(beside) ? List.of(beside.toString()) : Native.SYSTEM;
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException inArchive) {
            return Native.SYSTEM; // an archive in an archive, as of Spring Boot, has no file beside it
        }
    }

    private static void requireVersion(String name, NativeLibrary library, String advice) {
        String found = Arguments.string((Pointer) library.getFunction("robofy_version").invoke(Pointer.class, new Object[0]));
        if (!minor(found).equals(minor(Native.VERSION))) {
            throw new OtherVersion(String.format(Native.CANNOT_USE, name, found, Native.VERSION, advice));
        }
    }

    private static String minor(String version) {
        return version.substring(0, version.lastIndexOf('.'));
    }

    /** JNA repeats the system's reason for each way of loading. */
    private static String firstReason(UnsatisfiedLinkError error) {
        String[] lines = error.getMessage().split("\n");
        return lines[lines.length > 1 ? 1 : 0];
    }

    private static final class OtherVersion extends UnsatisfiedLinkError {
        private static final long serialVersionUID = 1;

        OtherVersion(String message) {
            super(message);
        }
    }
}
