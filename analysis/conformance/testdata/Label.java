import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tla2sany.drivers.SANY;
import tla2sany.drivers.SemanticException;
import tla2sany.modanalyzer.SpecObj;
import tla2sany.output.LogLevel;
import tla2sany.output.SanyOutput;
import tla2sany.parser.ParseException;
import tla2sany.semantic.*;
import tla2sany.st.Location;
import util.SimpleFilenameToStream;
import util.UniqueString;

/**
 * Asks SANY about many files in one process. Each line of the input is a file's
 * path and the directories to look for modules in, separated by tabs. The lines
 * of the answer have parts separated by tabs too:
 *
 *   file, path, accepted or rejected or crashed, and syntax if the parser failed
 *   error or warning, code, module, first line, last line, message
 *   symbol, kind, name, arity, level
 *
 * Lines are counted from 1, and 0 if unknown. Symbols are those of accepted
 * files, and printed with the argument "symbols" only. With the arguments "time"
 * and a number of rounds, all files are gone through so many times, and the
 * answer is one line: how many nanoseconds of processor time the
 * fastest round took.
 */
public class Label {
  static final Pattern PLACE = Pattern.compile("line (\\d+), col(?:umn)? \\d+");

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    boolean symbols = args.length > 0 && args[0].equals("symbols");
    int rounds = args.length > 1 && args[0].equals("time") ? Integer.parseInt(args[1]) : 0;
    // ToolIO writes to the standard streams when it is given nothing else.
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    util.ToolIO.out = nowhere;
    util.ToolIO.err = nowhere;
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    List<String[]> files = new ArrayList<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) files.add(line.split("\t"));
    if (rounds == 0) {
      for (String[] file : files) {
        Run run = new Run(file);
        run.start();
        run.print(out, symbols);
      }
    } else out.println(fastest(files, rounds));
    out.flush();
  }

  /** The nanoseconds of processor time of the fastest of some rounds through all files. */
  static long fastest(List<String[]> files, int rounds) throws Exception {
    OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long best = Long.MAX_VALUE;
    for (int round = 0; round < rounds; round++) {
      long begin = system.getProcessCpuTime();
      for (String[] file : files) new Run(file).start();
      best = Math.min(best, system.getProcessCpuTime() - begin);
    }
    return best;
  }

  /** One file's run. */
  static class Run implements SanyOutput {
    final String path;
    final String[] directories;
    final StringBuilder said = new StringBuilder();
    SpecObj spec;
    Throwable failure;

    Run(String[] line) {
      path = line[0];
      List<String> dirs = new ArrayList<>();
      dirs.add(Path.of(path).getParent().toString());
      for (int i = 1; i < line.length; i++) dirs.add(line[i]);
      directories = dirs.toArray(new String[0]);
    }

    /** Runs SANY with a stack that is deep enough for deeply nested text. */
    void start() throws Exception {
      resetComments();
      Thread thread = new Thread(null, this::check, "sany", 256L << 20);
      thread.start();
      thread.join();
    }

    /** The tokenizer keeps the depth of comments when a text ends inside one. */
    static void resetComments() throws Exception {
      Field depth = Class.forName("tla2sany.parser.TLAplusParserTokenManager").getDeclaredField("bracketCount");
      depth.setAccessible(true);
      depth.setInt(null, 0);
    }

    @SuppressWarnings("deprecation")
    void check() {
      try {
        spec = new SpecObj(path, new SimpleFilenameToStream(directories));
        SANY.frontEndInitialize();
        SANY.frontEndParse(spec, this);
        SANY.frontEndSemanticAnalysis(spec, this, true);
        if (accepted()) SANY.frontEndLinting(spec, this);
      } catch (ParseException | SemanticException e) {
        // What is wrong is among the spec's errors.
      } catch (Throwable e) {
        failure = e;
      }
    }

    boolean accepted() {
      return failure == null && spec.getErrorLevel() == 0 && spec.parseErrors.isSuccess() && spec.semanticErrors.isSuccess();
    }

    void print(PrintStream out, boolean symbols) {
      List<String> messages = new ArrayList<>();
      boolean errors = false;
      if (spec != null)
        for (Errors list : new Errors[] {spec.parseErrors, spec.semanticErrors})
          for (Errors.ErrorDetails d : list.getMessages()) {
            errors |= isError(d);
            messages.add(message(d));
          }
      String verdict = accepted() ? "accepted" : errors ? "rejected" : "crashed";
      out.println("file\t" + path + "\t" + verdict + "\t" + (spec == null || !spec.parseErrors.isSuccess() ? "syntax" : ""));
      for (String m : messages) out.println(m);
      if (verdict.equals("crashed")) out.println("error\t0\t?\t0\t0\t" + flat(failure + " " + said));
      if (symbols && accepted()) printSymbols(out, spec.getExternalModuleTable().getRootModule());
    }

    /** A syntax error has its place only in what is logged. */
    String message(Errors.ErrorDetails d) {
      Location l = d.getLocation();
      String module = l == null || l.source() == null ? "?" : l.source();
      int first = l == null ? 0 : l.beginLine();
      int last = l == null ? 0 : l.endLine();
      String text = text(d);
      if (first <= 0) {
        Matcher place = PLACE.matcher(said);
        if (place.find()) first = last = Integer.parseInt(place.group(1));
        text += " " + said;
      }
      return (isError(d) ? "error\t" : "warning\t") + d.getCode().getStandardValue() + "\t" + module + "\t" + first + "\t" + last + "\t" + flat(text);
    }

    public void log(LogLevel level, String format, Object... args) {
      if (level == LogLevel.ERROR) said.append(args.length == 0 ? format : String.format(format, args)).append(' ');
    }

    public PrintStream getStream(LogLevel level) {
      return new PrintStream(PrintStream.nullOutputStream());
    }
  }

  /** Some of SANY's messages it can't format itself. */
  static String text(Errors.ErrorDetails d) {
    try {
      return d.getMessage();
    } catch (IllegalFormatException e) {
      return d.getCode().toString();
    }
  }

  static boolean isError(Errors.ErrorDetails d) {
    return d.getCode().getSeverityLevel() == ErrorCode.ErrorLevel.ERROR;
  }

  static String flat(String text) {
    text = text.replaceAll("\\s+", " ").trim();
    return text.length() > 300 ? text.substring(0, 300) : text;
  }

  static void printSymbols(PrintStream out, ModuleNode module) {
    for (OpDeclNode d : module.getConstantDecls()) print(out, "constant", d, d.getLevel());
    for (OpDeclNode d : module.getVariableDecls()) print(out, "variable", d, d.getLevel());
    for (OpDefNode d : module.getOpDefs()) print(out, d.getKind() == ASTConstants.ModuleInstanceKind ? "instance" : "definition", d, d.getLevel());
    for (ThmOrAssumpDefNode d : module.getThmOrAssDefs()) print(out, d.isTheorem() ? "theorem" : "assumption", d, d.getLevel());
  }

  static void print(PrintStream out, String kind, SymbolNode d, int level) {
    out.println("symbol\t" + kind + "\t" + d.getName() + "\t" + d.getArity() + "\t" + level);
  }
}
