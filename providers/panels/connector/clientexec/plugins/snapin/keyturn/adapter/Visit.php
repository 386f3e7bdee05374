<?php

declare(strict_types=1);

namespace Keyturn\Connector\ClientExec;

use Keyturn\Connector\Connector;
use Keyturn\Connector\Gates;
use Keyturn\Connector\Request;
use Keyturn\Connector\StateFolder;

/**
 * One letter's way through ClientExec. ClientExec is started as if somebody looked at the snapin's page; whatever page it makes of
 * that, and even if it ends the script, only the reply letter goes out.
 */
final class Visit
{
    /** @var Visit|null */
    private static $current;

    /** @var string */
    private $home;

    /** @var string */
    private $root;

    /** @var string */
    private $letter;

    /** @var Request */
    private $request;

    /** @var object|null the settings that ClientExec gave to the snapin */
    private $given;

    /** @var int depth of our own output buffer; PHP may have one of its own below it */
    private $buffer = 0;

    /** @var bool */
    private $answered = false;

    /** @var string */
    private $reply = '';

    private function __construct(string $home)
    {
        $this->home = $home;
        $this->root = dirname($home, 3);
        $this->letter = isset($_POST['keyturn']) && is_string($_POST['keyturn']) ? $_POST['keyturn'] : '';
        $this->request = Request::fromGlobals();
    }

    /** Takes the letter out of the request, before ClientExec can log it, and keeps all output but the reply back. */
    public static function begin(string $home): Visit
    {
        $visit = new Visit($home);
        self::$current = $visit;
        ini_set('display_errors', '0');
        ignore_user_abort(true);
        ob_start([$visit, 'onlyReply']);
        $visit->buffer = ob_get_level();
        register_shutdown_function([$visit, 'end']);
        $visit->looksLikeAPageView();
        // ClientExec's includes are relative to its root.
        chdir($visit->root);
        return $visit;
    }

    /** @return array<int,string> what to include; nothing of ClientExec is started for a letter that is not ours */
    public function files(): array
    {
        // A look ahead: the connector's gates decide once more, and say why a letter is refused.
        $gates = new Gates($this->home, new StateFolder($this->home), $this->request);
        return $gates->wouldPass($this->letter) ? Boot::files($this->root) : [];
    }

    /** ClientExec's dispatcher reached the snapin: the letter is answered with the settings it has, and the page is left. */
    public static function reached($settings): void
    {
        if (self::$current === null) {
            return;
        }
        self::$current->given = is_object($settings) ? $settings : null;
        exit;
    }

    /** Answers once: when ClientExec came back, or, if it ended the script, when PHP shuts down. */
    public function end(): void
    {
        if ($this->answered) {
            return;
        }
        $this->answered = true;
        // PHP may have gone elsewhere for the shutdown, and ClientExec's functions include relatively.
        chdir($this->root);
        $host = new ClientExecHost($this->root, new PanelSettings($this->given, Boot::way($this->root)));
        $this->reply = (new Connector($host, $this->home))->answer($this->letter, $this->request);
        $this->send();
    }

    /** The output of everything that runs in this request. @internal called by PHP */
    public function onlyReply(string $output): string
    {
        return $this->reply;
    }

    private function send(): void
    {
        if (!headers_sent()) {
            // A redirect or a cookie of the page that nobody asked for.
            header_remove();
            http_response_code(200);
            header('Content-Type: text/plain; charset=utf-8');
            header('Cache-Control: no-store');
        }
        while (ob_get_level() > $this->buffer && ob_end_clean()) {
            continue;
        }
        if (ob_get_level() >= $this->buffer) {
            ob_end_flush();
            return;
        }
        // ClientExec has ended every buffer, ours too.
        echo "\n", $this->reply;
    }

    private function looksLikeAPageView(): void
    {
        $route = Boot::route($this->root);
        $_POST = [];
        $_COOKIE = [];
        $_GET = $route;
        $_REQUEST = $route;
        $_SERVER['REQUEST_METHOD'] = 'GET';
        $_SERVER['QUERY_STRING'] = http_build_query($route);
    }
}
