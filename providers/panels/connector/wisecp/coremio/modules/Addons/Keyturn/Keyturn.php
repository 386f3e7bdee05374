<?php

declare(strict_types=1);

use Keyturn\Connector\Connector;
use Keyturn\Connector\Request;
use Keyturn\Connector\Wisecp\WisecpHost;

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!class_exists('AddonModule')) {
    return;
}

/**
 * The addon that WISECP loads. It lies in the global namespace and names itself because WISECP 3 and 4 know addons only so;
 * WISECP 5 takes that form too.
 */
class Keyturn extends AddonModule
{
    /** @var string */
    public $version = '1.0.0';

    public function __construct()
    {
        $this->_name = __CLASS__;
        parent::__construct();
    }

    /** No settings of its own: what the connector needs lies in pairing.php. */
    public function fields(): array
    {
        return [];
    }

    public function activate(): bool
    {
        return true;
    }

    public function deactivate(): bool
    {
        return true;
    }

    /**
     * WISECP 5: POST /api/v1/admin/keyturn/letter (see hooks.php). Without type names in its parameters, because WISECP 3 and 4 do
     * not have those classes.
     *
     * @param object $request
     * @param mixed  $match
     */
    public function api_letter($request, $match = []): array
    {
        $body = isset($request->body) && is_array($request->body) ? $request->body : [];

        return $this->answer($body['keyturn'] ?? null);
    }

    /**
     * WISECP 3.1.7 to 4: POST /api/Keyturn/Letter.
     *
     * @param mixed $params
     */
    public function Letter($params = []): array
    {
        return $this->answer(is_array($params) ? ($params['keyturn'] ?? null) : null);
    }

    /**
     * @param mixed $letter
     *
     * @return array<string, mixed> the envelope that both generations of the API understand
     */
    private function answer($letter): array
    {
        if (!is_array($this->config) || empty($this->config['status'])) {
            return ['status' => 'error', 'message' => 'The Keyturn addon is not active.'];
        }
        require_once __DIR__ . '/core/autoload.php';
        require_once __DIR__ . '/autoload.php';
        $connector = new Connector(new WisecpHost(dirname(__DIR__, 2)), __DIR__);
        $reply = $connector->answer(is_string($letter) ? $letter : '', Request::fromGlobals());

        return ['status' => 'successful', 'data' => ['keyturn' => $reply]];
    }
}

// WISECP 3 and 4 load this file with every page; their screen for API credentials then offers the action as a checkbox.
if (class_exists('Config') && !class_exists('WISECP\\Api\\Core\\Request')) {
    Config::set('api-actions', ['Keyturn' => ['Letter']], true);
}
