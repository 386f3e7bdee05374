<?php

declare(strict_types=1);

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!class_exists('KeyturnController')) {
    return;
}

/**
 * The plugin's own address, /plugin/keyturn/main/: it takes a letter of the paired worker and nothing else, so that no API key of
 * Blesta, which would open everything, has to leave the panel.
 */
final class Main extends KeyturnController
{
    public function preAction()
    {
        // A letter is signed and is used once. The form token of a browser's session is not for it, so Blesta need not ask for one.
        $known = Configure::get('Blesta.csrf_bypass');
        Configure::set('Blesta.csrf_bypass', array_merge(is_array($known) ? $known : [], ['main::index']));
        parent::preAction();
    }

    /** Gives the reply letter as plain text. False keeps Blesta from drawing a page around it. */
    public function index()
    {
        $this->uses(['Keyturn.KeyturnConnector']);
        $reply = $this->KeyturnConnector->answer($_POST['keyturn'] ?? '');
        header('Content-Type: text/plain; charset=utf-8');
        header('Cache-Control: no-store');
        echo $reply;
        return false;
    }
}
