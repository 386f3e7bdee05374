<?php

declare(strict_types=1);

use Keyturn\Connector\Blesta\BlestaHost;
use Keyturn\Connector\Blesta\RowMeta;
use Keyturn\Connector\Connector;
use Keyturn\Connector\Request;

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!class_exists('KeyturnModel')) {
    return;
}

/** The connector as Blesta's API sees it: POST /api/Keyturn.KeyturnConnector/answer.json with the field `keyturn`. */
final class KeyturnConnector extends KeyturnModel
{
    /**
     * Answers one letter. The name of the argument is the name of the field that Blesta fills it from.
     *
     * @param mixed $keyturn the letter; what is no text is answered as a malformed one
     * @return string the reply letter
     */
    public function answer($keyturn = ''): string
    {
        $home = dirname(__DIR__);
        require_once $home . '/core/autoload.php';
        foreach (['RowMeta', 'ModuleFiles', 'Proof', 'BlestaHost'] as $class) {
            require_once $home . '/adapter/' . $class . '.php';
        }
        Loader::loadModels($this, ['ModuleManager']);
        Loader::loadComponents($this, ['Record']);
        $meta = new RowMeta($this->Record, $this->ModuleManager);
        $host = new BlestaHost($this->ModuleManager, $meta, (int) Configure::get('Blesta.company_id'), $home);
        return (new Connector($host, $home))->answer(is_string($keyturn) ? $keyturn : '', Request::fromGlobals());
    }
}
