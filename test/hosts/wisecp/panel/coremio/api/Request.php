<?php

declare(strict_types=1);

namespace WISECP\Api\Core;

final class Request
{
    public $method;
    public $audience = 'admin';
    public $query;
    public $body;
    public $ip;
    public $rawBody;

    public function __construct()
    {
        $this->method = $_SERVER['REQUEST_METHOD'];
        $this->query = $_GET;
        $this->rawBody = (string) file_get_contents('php://input');
        $isJson = strpos($_SERVER['CONTENT_TYPE'] ?? '', 'application/json') === 0;
        $this->body = $isJson ? (array) json_decode($this->rawBody, true) : $_POST;
        $this->ip = $_SERVER['REMOTE_ADDR'];
    }
}
